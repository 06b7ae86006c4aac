//! Statement texts and what they become for each database.
//!
//! One text serves both databases. Only three things are rendered, all of them here:
//!
//! | in the text | SQLite | PostgreSQL |
//! |---|---|---|
//! | `$3` | `?3` (SQLite numbers `$3` by order of appearance) | `$3` |
//! | `{in $3}` after a column | `in (select value from json_each(?3))` | `= any($3)` |
//! | `{lock}`, `{lock skipping}` | nothing (one writer) | `for update`, `for update skip locked` |

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use super::{Kind, row::Column};

/// One SQL text with its renderings, made by [`sql!`](crate::sql) or, for the few dynamic lists, by
/// [`Statement::dynamic`].
#[derive(Debug)]
pub struct Statement {
    text: Cow<'static, str>,
    sqlite: OnceLock<Arc<Rendered>>,
    postgres: OnceLock<Arc<Rendered>>,
}

/// The text as one database takes it, with facts found once and kept.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub text: String,
    /// Highest `$n` of the text.
    pub parameter_count: usize,
    /// Whether the statement needs the writer.
    pub writes: bool,
    /// Result columns, known after the first run. Statements name their columns (no `*`), so they stay.
    pub columns: OnceLock<Arc<[Column]>>,
}

/// A statement that [`sql!`](crate::sql) collected for the test that prepares every one.
#[derive(Debug)]
pub struct Registered {
    /// The statement; a function because some are composed from a table's columns at first use.
    pub statement: fn() -> &'static Statement,
    /// Where it stands.
    pub file: &'static str,
    /// Its line there.
    pub line: u32,
}

inventory::collect!(Registered);

impl Statement {
    /// A statement from a literal; use [`sql!`](crate::sql), which also registers it.
    pub const fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// A statement composed at run time from literals of this crate, never from callers' names.
    pub(crate) fn dynamic(text: String) -> Self {
        Self { text: Cow::Owned(text), sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// The portable text.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn rendered(&self, kind: Kind) -> &Arc<Rendered> {
        let slot = match kind {
            Kind::Sqlite => &self.sqlite,
            Kind::Postgres => &self.postgres,
        };
        slot.get_or_init(|| Arc::new(Rendered::new(&self.text, kind)))
    }
}

impl Rendered {
    fn new(text: &str, kind: Kind) -> Self {
        let (rendered, parameter_count) = render(text, kind);
        Self { text: rendered, parameter_count, writes: writes(text), columns: OnceLock::new() }
    }
}

/// Renders the portable text for one database; the second value is the highest parameter number.
pub(crate) fn render(text: &str, kind: Kind) -> (String, usize) {
    let mut out = String::with_capacity(text.len() + 32);
    let mut highest = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("{lock}") {
            out.push_str(if kind == Kind::Postgres { "for update" } else { "" });
            rest = after;
        } else if let Some(after) = rest.strip_prefix("{lock skipping}") {
            out.push_str(if kind == Kind::Postgres { "for update skip locked" } else { "" });
            rest = after;
        } else if let Some((number, after)) = rest.strip_prefix("{in $").and_then(parameter_number)
            && let Some(after) = after.strip_prefix('}')
        {
            highest = highest.max(number);
            match kind {
                Kind::Sqlite => out.push_str(&format!("in (select value from json_each(?{number}))")),
                Kind::Postgres => out.push_str(&format!("= any(${number})")),
            }
            rest = after;
        } else if let Some((number, after)) = rest.strip_prefix('$').and_then(parameter_number) {
            highest = highest.max(number);
            out.push(if kind == Kind::Sqlite { '?' } else { '$' });
            out.push_str(&number.to_string());
            rest = after;
        } else {
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    (out, highest)
}

fn parameter_number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// Readers are opened read-only, so a wrong answer here is an error at the first run (and in the test
/// that prepares every statement), never a lost write.
fn writes(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    let changes = ["insert into", "update ", "delete from"];
    !(text.starts_with("select")
        || text.starts_with("with") && !changes.iter().any(|verb| text.contains(verb)))
}

/// A static SQL statement; see [`crate::db::Statement`] for the few tokens it may hold.
///
/// It registers itself, so that the test `every_statement_prepares` checks it on both databases.
#[macro_export]
macro_rules! sql {
    ($text:expr) => {{
        static STATEMENT: $crate::db::Statement = $crate::db::Statement::new($text);
        $crate::inventory::submit! {
            $crate::db::Registered { statement: || &STATEMENT, file: file!(), line: line!() }
        }
        &STATEMENT
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_lists_and_locks_are_rendered() {
        let text = "select a from t where b = $2 and c {in $10} and d = '{}' and e = '{\"x\":1}' {lock}";
        let (sqlite, count) = render(text, Kind::Sqlite);
        assert_eq!(count, 10);
        assert_eq!(
            sqlite,
            "select a from t where b = ?2 and c in (select value from json_each(?10)) and d = '{}' and e = '{\"x\":1}' "
        );
        assert_eq!(
            render(text, Kind::Postgres).0,
            "select a from t where b = $2 and c = any($10) and d = '{}' and e = '{\"x\":1}' for update"
        );
    }

    #[test]
    fn reads_and_writes_are_told_apart() {
        assert!(!writes("select 1"));
        assert!(!writes("with a as (select 1) select * from a"));
        assert!(writes("with a as (select 1) insert into b select * from a"));
        assert!(writes(" Update a set b = 1"));
    }
}
