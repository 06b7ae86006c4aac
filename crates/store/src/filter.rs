//! Dynamic `where` clauses, built from literals of this crate; callers' text only ever becomes arguments.

use portico_model::TenantId;

use crate::db::{Arg, Executor, Kind, Statement, StoreError};
use crate::pattern;
use crate::table::Stored;

/// Which part of a list to read.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Most rows.
    pub limit: i64,
    /// Rows to skip.
    pub offset: i64,
}

impl Page {
    /// Everything, for lists that are small by nature.
    pub const ALL: Self = Self { limit: i64::MAX, offset: 0 };
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// What the page shows.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: i64,
}

impl<T> Listed<T> {
    /// The same page with each item shown another way.
    pub fn map<U>(self, present: impl FnMut(T) -> U) -> Listed<U> {
        Listed { items: self.items.into_iter().map(present).collect(), total: self.total }
    }
}

/// A table that is listed in pages. Its rows are `t` in conditions and in the order.
pub(crate) struct List {
    /// The table.
    pub table: &'static str,
    /// The columns of its entity.
    pub columns: &'static str,
    /// What follows `order by`; it must tell any two rows apart, or pages could overlap.
    pub order: &'static str,
}

impl List {
    /// The rows of one page that the filter matches, and how many match in all, with one statement.
    pub async fn page<T: Stored>(
        &self,
        exec: &dyn Executor,
        filter: Filter,
        page: Page,
    ) -> Result<Listed<T>, StoreError> {
        let (text, count) = self.texts(exec.kind(), &filter);
        let mut arguments = filter.arguments;
        let counted_arguments = arguments.clone();
        arguments.extend([Arg::Integer(page.limit), Arg::Integer(page.offset)]);
        let rows = exec.query(&Statement::dynamic(text), arguments).await?;
        let total = match rows.first() {
            Some(row) => row.get("total_number")?,
            None if page.offset == 0 && page.limit > 0 => 0,
            // A page past the end has no row that could say it.
            None => exec.query_one(&Statement::dynamic(count), counted_arguments).await?.at(0)?,
        };
        Ok(Listed { items: rows.iter().map(T::from_row).collect::<Result<_, _>>()?, total })
    }

    /// The statement of a page with the number of all matches, and that of the number alone.
    pub fn texts(&self, kind: Kind, filter: &Filter) -> (String, String) {
        let Self { table, columns, order } = self;
        let condition = &filter.text;
        let count = format!("select count(*) from {table} t{condition}");
        // SQLite would walk the whole table in the order asked for, to find the few rows that are related; with a sign
        // before the column the order cannot be read off an index, so it looks the related rows up and sorts them.
        let sorts = filter.is_related && kind == Kind::Sqlite;
        let order =
            if sorts { order.replacen("t.created_at", "+t.created_at", 1) } else { (*order).to_owned() };
        let (limit, offset) = (filter.arguments.len() + 1, filter.arguments.len() + 2);
        let page = format!(
            "select {columns}, ({count}) as total_number from {table} t{condition}
             order by {order} limit ${limit} offset ${offset}"
        );
        (page, count)
    }

    /// The rows of one page that the filter matches, for tables too long to be counted each time.
    pub async fn rows<T: Stored>(
        &self,
        exec: &dyn Executor,
        filter: Filter,
        page: Page,
    ) -> Result<Vec<T>, StoreError> {
        let Self { table, columns, order } = self;
        let Filter { text: condition, mut arguments, .. } = filter;
        let (limit, offset) = (arguments.len() + 1, arguments.len() + 2);
        arguments.extend([Arg::Integer(page.limit), Arg::Integer(page.offset)]);
        let text = format!(
            "select {columns} from {table} t{condition} order by {order} limit ${limit} offset ${offset}"
        );
        exec.query(&Statement::dynamic(text), arguments).await?.iter().map(T::from_row).collect()
    }

    /// How many rows the filter matches.
    pub async fn count(&self, exec: &dyn Executor, filter: Filter) -> Result<i64, StoreError> {
        let statement = Statement::dynamic(format!("select count(*) from {} t{}", self.table, filter.text));
        exec.query_one(&statement, filter.arguments).await?.at(0)
    }

    /// How many rows the filter matches, counting no further than `most`.
    pub async fn count_up_to(
        &self,
        exec: &dyn Executor,
        filter: Filter,
        most: i64,
    ) -> Result<i64, StoreError> {
        let Filter { text: condition, mut arguments, .. } = filter;
        arguments.push(Arg::Integer(most));
        let (table, limit) = (self.table, arguments.len());
        let text = format!(
            "select count(*) from (select 1 as one from {table} t{condition} limit ${limit}) counted"
        );
        exec.query_one(&Statement::dynamic(text), arguments).await?.at(0)
    }
}

/// A table that relates the rows of a list, by their `id`, to something else.
pub(crate) struct Relation {
    /// The table.
    pub table: &'static str,
    /// Its column that names a row of the list.
    pub row: &'static str,
    /// Its column that names the other side.
    pub to: &'static str,
}

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

/// A searchable column.
pub(crate) struct Field {
    /// Wire name.
    pub name: &'static str,
    /// The column, as it is stored.
    pub column: &'static str,
    /// The column in lower case: `lower(column)`, or one that Rust folded.
    pub folded: &'static str,
}

/// A `where` clause under construction; the first argument is the tenant.
pub(crate) struct Filter {
    text: String,
    arguments: Vec<Arg>,
    /// Whether only rows related to something are asked for, which may be few.
    is_related: bool,
}

impl Filter {
    /// Rows of the tenant.
    pub fn tenant(tenant: &TenantId) -> Self {
        Self {
            text: String::from(" where t.tenant_id = $1"),
            arguments: vec![tenant.into()],
            is_related: false,
        }
    }

    /// Adds a condition whose only parameter is written `$n`.
    pub fn and(&mut self, condition: &'static str, argument: impl Into<Arg>) -> &mut Self {
        self.text.push_str(" and ");
        self.push(condition, argument.into());
        self
    }

    /// Adds a condition when there is something to compare with.
    pub fn and_some(&mut self, condition: &'static str, argument: Option<impl Into<Arg>>) -> &mut Self {
        match argument {
            Some(argument) => self.and(condition, argument),
            None => self,
        }
    }

    /// Adds a condition whose two parameters are written `$n` and `$m`.
    pub fn and_pair(
        &mut self,
        condition: &'static str,
        first: impl Into<Arg>,
        second: impl Into<Arg>,
    ) -> &mut Self {
        self.arguments.push(second.into());
        let condition = condition.replace("$m", &format!("${}", self.arguments.len()));
        self.text.push_str(" and ");
        self.push(&condition, first.into());
        self
    }

    /// Only rows related to this id, when there is one.
    pub fn related(&mut self, relation: &Relation, id: Option<&String>) -> &mut Self {
        self.is_related |= id.is_some();
        self.relate("in", relation, id)
    }

    /// Leaves out rows related to this id, when there is one.
    pub fn unrelated(&mut self, relation: &Relation, id: Option<&String>) -> &mut Self {
        self.relate("not in", relation, id)
    }

    fn relate(&mut self, verb: &str, relation: &Relation, id: Option<&String>) -> &mut Self {
        if let Some(id) = id {
            let Relation { table, row, to } = relation;
            let condition = format!(
                " and t.id {verb} (select x.{row} from {table} x where x.tenant_id = $1 and x.{to} = $n)"
            );
            self.push(&condition, id.into());
        }
        self
    }

    /// Adds that the condition holds for at least one of the arguments; none means no condition.
    pub fn any(&mut self, condition: &'static str, arguments: Vec<Arg>) -> &mut Self {
        let empty = arguments.is_empty();
        for (index, argument) in arguments.into_iter().enumerate() {
            self.text.push_str(if index == 0 { " and (" } else { " or " });
            self.push(condition, argument);
        }
        if !empty {
            self.text.push(')');
        }
        self
    }

    fn push(&mut self, condition: &str, argument: Arg) {
        self.arguments.push(argument);
        self.text.push_str(&condition.replace("$n", &format!("${}", self.arguments.len())));
    }

    /// Adds a search; an unknown field is an error of the caller.
    pub fn search(&mut self, search: &Search, fields: &[Field], kind: Kind) -> Result<&mut Self, StoreError> {
        for (index, term) in search.terms.iter().enumerate() {
            self.text.push_str(match (index, search.all) {
                (0, _) => " and (",
                (_, true) => " and ",
                (_, false) => " or ",
            });
            let chosen: Vec<&Field> = fields
                .iter()
                .filter(|field| term.field.as_deref().is_none_or(|name| name == field.name))
                .collect();
            if chosen.is_empty() || term.values.is_empty() {
                return Err(StoreError::Argument("a search needs a known field and a value".to_owned()));
            }
            for (index, field) in chosen.into_iter().enumerate() {
                self.text.push_str(if index == 0 { "(" } else { " or " });
                self.push_term(term, field, search.case_sensitive, kind)?;
            }
            self.text.push(')');
        }
        if !search.terms.is_empty() {
            self.text.push(')');
        }
        Ok(self)
    }

    fn push_term(
        &mut self,
        term: &SearchTerm,
        field: &Field,
        case_sensitive: bool,
        kind: Kind,
    ) -> Result<(), StoreError> {
        let column = if case_sensitive { field.column } else { field.folded };
        let fold = |text: &String| if case_sensitive { text.clone() } else { text.to_lowercase() };
        let pattern = term.values.first().map_or("", String::as_str);
        match (term.mode, kind) {
            (SearchMode::Exact, _) => {
                let values: Vec<String> = term.values.iter().map(fold).collect();
                self.push(&format!("{column} {{in $n}}"), Arg::TextList(values));
            }
            // SQLite's `like` ignores the case of ASCII letters; `glob` does not, and has its own wildcards.
            (SearchMode::Like, Kind::Sqlite) if case_sensitive => {
                self.push(&format!("{column} glob $n"), Arg::Text(glob(pattern)));
            }
            (SearchMode::Like, _) => {
                let mut pattern = term.values.first().map(fold).unwrap_or_default();
                // A pattern that ends in its escape character is an error in PostgreSQL.
                if pattern.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1 {
                    pattern.push('\\');
                }
                self.push(&format!("{column} like $n escape '\\'"), Arg::Text(pattern));
            }
            // Folding a regular expression would change its meaning, so the engines ignore case themselves.
            (SearchMode::Posix, Kind::Sqlite) => {
                let pattern = pattern::from_posix(pattern, case_sensitive)?;
                self.push(&format!("{} regexp $n", field.column), Arg::Text(pattern));
            }
            (SearchMode::Posix, Kind::Postgres) => {
                let operator = if case_sensitive { "~" } else { "~*" };
                self.push(&format!("{} {operator} $n", field.column), Arg::Text(pattern.to_owned()));
            }
            (SearchMode::SimilarTo, Kind::Sqlite) => {
                let pattern = pattern::from_similar_to(pattern)?;
                self.push(&format!("{} regexp $n", field.column), Arg::Text(pattern));
            }
            (SearchMode::SimilarTo, Kind::Postgres) => {
                self.push(&format!("{} similar to $n", field.column), Arg::Text(pattern.to_owned()));
            }
        }
        Ok(())
    }
}

/// A `LIKE` pattern as SQLite's `GLOB` spells it.
fn glob(pattern: &str) -> String {
    let mut out = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        let literal = match character {
            '%' => {
                out.push('*');
                continue;
            }
            '_' => {
                out.push('?');
                continue;
            }
            '\\' => characters.next().unwrap_or('\\'),
            other => other,
        };
        match literal {
            '*' | '?' | '[' => out.extend(['[', literal, ']']),
            literal => out.push(literal),
        }
    }
    out
}
