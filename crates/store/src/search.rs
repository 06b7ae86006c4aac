//! What a caller searches a list for.

/// How a search compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchMode {
    /// A `LIKE` pattern of the caller: `%` and `_` are wildcards, a backslash escapes.
    Like,
    /// The whole value, one of several.
    Exact,
    /// A pattern of SQL's `SIMILAR TO`, which has no way to ignore case.
    SimilarTo,
    /// A POSIX regular expression that matches a part of the value.
    Posix,
}

/// One condition of a search.
#[derive(Clone, Debug)]
pub struct SearchTerm {
    /// Wire name of the field; `None` searches every field of the list.
    pub field: Option<String>,
    /// How to compare.
    pub mode: SearchMode,
    /// One pattern, or for [`SearchMode::Exact`] the values of which one has to match.
    pub values: Vec<String>,
}

/// The search of a list.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The conditions; none matches everything.
    pub terms: Vec<SearchTerm>,
    /// Whether all conditions must hold, instead of any.
    pub all: bool,
    /// Whether upper and lower case differ.
    pub case_sensitive: bool,
}

impl Search {
    /// Any field that contains the text; wildcards in it mean themselves.
    pub fn containing(text: &str) -> Self {
        let mut escaped = String::from("%");
        for character in text.chars() {
            if matches!(character, '%' | '_' | '\\') {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        escaped.push('%');
        let term = SearchTerm { field: None, mode: SearchMode::Like, values: vec![escaped] };
        Self { terms: vec![term], ..Self::default() }
    }
}
