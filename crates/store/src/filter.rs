//! Dynamic `where` clauses, built from literals of this crate; callers' text only ever becomes arguments.

use portico_model::TenantId;

use crate::db::{Arg, Executor, Kind, Statement, StoreError};
use crate::pattern;
use crate::row_counts;
use crate::search::{Search, SearchMode, SearchTerm};
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
    /// The subject under which the rows of a tenant are counted, for lists that grow long.
    pub counter: Option<&'static str>,
}

/// Pages that begin before this row are walked to from the first row.
const NEAR: i64 = 1000;

/// How a page is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// In the order asked for, from the first or from the last row.
    Walked { reverse: bool },
    /// By looking up what is related.
    Sorted,
    /// With the number of all matches, which are found once.
    Searched,
    /// With the number of all matches, in lists that stay short.
    Plain,
}

impl List {
    /// The rows of one page that the filter matches, and how many match in all.
    ///
    /// What triggers count is not counted again; what is searched for is looked for once; the rest is one statement.
    pub async fn page<T: Stored>(
        &self,
        exec: &dyn Executor,
        tenant: &TenantId,
        filter: Filter,
        page: Page,
    ) -> Result<Listed<T>, StoreError> {
        match (self.counter, filter.conditions, &filter.relation) {
            (Some(counter), 0, None) if page.offset < NEAR => {
                self.near(exec, tenant, filter, counter, page).await
            }
            (Some(counter), 0, None) => {
                let total = row_counts::of(exec, tenant, &[counter.to_owned()]).await?.remove(counter);
                self.counted(exec, filter, page, total.unwrap_or(0), false).await
            }
            (
                Some(counter),
                0,
                Some(Related { relation: Relation { counter: Some(prefix), .. }, id, excluded, .. }),
            ) => {
                let related = format!("{prefix}{id}");
                let counts = row_counts::of(exec, tenant, &[counter.to_owned(), related.clone()]).await?;
                let number = |subject: &str| counts.get(subject).copied().unwrap_or(0);
                let (all, related) = (number(counter), number(&related));
                let total = if *excluded { all - related } else { related };
                // In the order asked for, one row in `all / total` is shown; looked up, all have to be sorted.
                let walked = page.offset.saturating_add(page.limit).saturating_mul(all);
                let sorts = !*excluded && total.saturating_mul(total) <= walked;
                self.counted(exec, filter, page, total, sorts).await
            }
            _ => self.searched(exec, filter, page).await,
        }
    }

    /// A page near the beginning of a list that triggers count: walked from the first row whatever the total is, so
    /// that rows and total are one statement.
    async fn near<T: Stored>(
        &self,
        exec: &dyn Executor,
        tenant: &TenantId,
        filter: Filter,
        counter: &'static str,
        page: Page,
    ) -> Result<Listed<T>, StoreError> {
        let Self { table, columns, order, .. } = self;
        let condition = filter.condition(false);
        let mut arguments = filter.arguments;
        arguments.extend([Arg::from(counter), Arg::Integer(page.limit), Arg::Integer(page.offset)]);
        let (subject, limit, offset) = (arguments.len() - 2, arguments.len() - 1, arguments.len());
        let text = format!(
            "select {columns}, (select cast(coalesce(sum(c.number), 0) as bigint) from row_counts c
                 where c.tenant_id = $1 and c.subject = ${subject}) as total_number
             from {table} t{condition} order by {order} limit ${limit} offset ${offset}"
        );
        let rows = exec.query(&Statement::dynamic(text), arguments).await?;
        let total = match rows.first() {
            Some(row) => row.get("total_number")?,
            None => row_counts::of(exec, tenant, &[counter.to_owned()]).await?.remove(counter).unwrap_or(0),
        };
        Ok(Listed { items: rows.iter().map(T::from_row).collect::<Result<_, _>>()?, total })
    }

    /// A page of a list whose total is known.
    async fn counted<T: Stored>(
        &self,
        exec: &dyn Executor,
        filter: Filter,
        page: Page,
        total: i64,
        sorts: bool,
    ) -> Result<Listed<T>, StoreError> {
        // Pages near the end are read from the end.
        let left = total - page.offset;
        if left <= 0 || page.limit <= 0 {
            return Ok(Listed { items: Vec::new(), total: total.max(0) });
        }
        let limit = page.limit.min(left);
        let reverse = !sorts && left - limit < page.offset;
        let offset = if reverse { left - limit } else { page.offset };
        let text = self.text(&filter, if sorts { Reading::Sorted } else { Reading::Walked { reverse } });
        let mut arguments = filter.arguments;
        arguments.extend([Arg::Integer(limit), Arg::Integer(offset)]);
        let rows = exec.query(&Statement::dynamic(text), arguments).await?;
        let mut items = rows.iter().map(T::from_row).collect::<Result<Vec<_>, _>>()?;
        if reverse {
            items.reverse();
        }
        Ok(Listed { items, total })
    }

    /// A page of a list whose total is found with it.
    async fn searched<T: Stored>(
        &self,
        exec: &dyn Executor,
        filter: Filter,
        page: Page,
    ) -> Result<Listed<T>, StoreError> {
        let reading = if self.counter.is_some() { Reading::Searched } else { Reading::Plain };
        let text = self.text(&filter, reading);
        let count = format!("select count(*) from {} t{}", self.table, filter.condition(true));
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

    /// The statement of a page; its last two parameters are limit and offset.
    pub fn text(&self, filter: &Filter, reading: Reading) -> String {
        let Self { table, columns, order, .. } = self;
        let (limit, offset) = (filter.arguments.len() + 1, filter.arguments.len() + 2);
        match reading {
            // Many rows match: they are met soon in the order asked for.
            Reading::Walked { reverse } => {
                let condition = filter.condition(false);
                let order = if reverse { reversed(order) } else { (*order).to_owned() };
                format!(
                    "select {columns} from {table} t{condition} order by {order} limit ${limit} offset ${offset}"
                )
            }
            // Few rows match: with a sign before the column the order cannot be read off an index, so that they are
            // looked up and sorted.
            Reading::Sorted => {
                let condition = filter.condition(true);
                let order = order.replacen("t.created_at", "+t.created_at", 1);
                format!(
                    "select {columns} from {table} t{condition} order by {order} limit ${limit} offset ${offset}"
                )
            }
            // Nobody knows how many: all that match are looked for, once, and only those shown are read whole.
            Reading::Searched => {
                let condition = filter.condition(true);
                let keys = order.replace(" desc", "");
                let last = order.replacen("t.created_at", "+t.created_at", 1);
                format!(
                    "with found as materialized (select {keys} from {table} t{condition}),
                     shown as (select t.id from found t order by {order} limit ${limit} offset ${offset})
                     select {columns}, (select count(*) from found) as total_number from {table} t
                     where t.tenant_id = $1 and t.id in (select s.id from shown s) order by {last}"
                )
            }
            Reading::Plain => {
                let condition = filter.condition(true);
                let sign = if filter.relation.is_some() { "+" } else { "" };
                let order = order.replacen("t.created_at", &format!("{sign}t.created_at"), 1);
                format!(
                    "select {columns}, (select count(*) from {table} t{condition}) as total_number
                     from {table} t{condition} order by {order} limit ${limit} offset ${offset}"
                )
            }
        }
    }

    /// The rows of one page that the filter matches, for tables too long to be counted each time.
    pub async fn rows<T: Stored>(
        &self,
        exec: &dyn Executor,
        filter: Filter,
        page: Page,
    ) -> Result<Vec<T>, StoreError> {
        let Self { table, columns, order, .. } = self;
        let condition = filter.condition(true);
        let mut arguments = filter.arguments;
        let (limit, offset) = (arguments.len() + 1, arguments.len() + 2);
        arguments.extend([Arg::Integer(page.limit), Arg::Integer(page.offset)]);
        let text = format!(
            "select {columns} from {table} t{condition} order by {order} limit ${limit} offset ${offset}"
        );
        exec.query(&Statement::dynamic(text), arguments).await?.iter().map(T::from_row).collect()
    }

    /// How many rows the filter matches.
    pub async fn count(&self, exec: &dyn Executor, filter: Filter) -> Result<i64, StoreError> {
        let statement =
            Statement::dynamic(format!("select count(*) from {} t{}", self.table, filter.condition(true)));
        exec.query_one(&statement, filter.arguments).await?.at(0)
    }

    /// How many rows the filter matches, counting no further than `most`.
    pub async fn count_up_to(
        &self,
        exec: &dyn Executor,
        filter: Filter,
        most: i64,
    ) -> Result<i64, StoreError> {
        let condition = filter.condition(true);
        let mut arguments = filter.arguments;
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
    /// What the subject begins with under which the related rows are counted, if they are.
    pub counter: Option<&'static str>,
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

/// The order from the other end.
fn reversed(order: &str) -> String {
    let turn = |key: &str| key.strip_suffix(" desc").map_or_else(|| format!("{key} desc"), str::to_owned);
    order.split(", ").map(turn).collect::<Vec<_>>().join(", ")
}

/// A `where` clause under construction; the first argument is the tenant.
pub(crate) struct Filter {
    text: String,
    arguments: Vec<Arg>,
    /// The first relation asked for; its place in the text is [`RELATION`].
    relation: Option<Related>,
    /// How many other conditions there are.
    conditions: usize,
}

/// Stands in the text for the condition of the relation, which is written in two ways.
const RELATION: &str = "{relation}";

struct Related {
    relation: &'static Relation,
    id: String,
    /// Number of its argument.
    number: usize,
    /// Whether the related rows are left out instead.
    excluded: bool,
}

impl Related {
    /// The rows looked up (`t.id in …`), or each row tried: neither database turns a subquery with an offset into a
    /// join, which would have to read all that is related first.
    fn condition(&self, looked_up: bool) -> String {
        let Relation { table, row, to, .. } = self.relation;
        let number = self.number;
        let not = if self.excluded { "not " } else { "" };
        if looked_up {
            return format!(
                "t.id {not}in (select x.{row} from {table} x where x.tenant_id = $1 and x.{to} = ${number})"
            );
        }
        format!(
            "{not}exists (select 1 from {table} x
                 where x.tenant_id = $1 and x.{to} = ${number} and x.{row} = t.id limit 1 offset 0)"
        )
    }
}

impl Filter {
    /// Rows of the tenant.
    pub fn tenant(tenant: &TenantId) -> Self {
        Self {
            text: String::from(" where t.tenant_id = $1"),
            arguments: vec![tenant.into()],
            relation: None,
            conditions: 0,
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
    pub fn related(&mut self, relation: &'static Relation, id: Option<&String>) -> &mut Self {
        self.relate(relation, id, false)
    }

    /// Leaves out rows related to this id, when there is one.
    pub fn unrelated(&mut self, relation: &'static Relation, id: Option<&String>) -> &mut Self {
        self.relate(relation, id, true)
    }

    fn relate(&mut self, relation: &'static Relation, id: Option<&String>, excluded: bool) -> &mut Self {
        let Some(id) = id else { return self };
        self.arguments.push(id.into());
        let related = Related { relation, id: id.clone(), number: self.arguments.len(), excluded };
        self.text.push_str(" and ");
        if self.relation.is_some() {
            self.conditions += 1;
            self.text.push_str(&related.condition(true));
        } else {
            self.text.push_str(RELATION);
            self.relation = Some(related);
        }
        self
    }

    /// The clause, with what is related looked up or each row tried.
    fn condition(&self, looked_up: bool) -> String {
        match &self.relation {
            Some(related) => self.text.replacen(RELATION, &related.condition(looked_up), 1),
            None => self.text.clone(),
        }
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
        self.conditions += 1;
        self.arguments.push(argument);
        self.text.push_str(&condition.replace("$n", &format!("${}", self.arguments.len())));
    }

    /// Adds a search; an unknown field is an error of the caller.
    pub fn search(&mut self, search: &Search, fields: &[Field], kind: Kind) -> Result<&mut Self, StoreError> {
        self.search_with(search, fields, None, kind)
    }

    /// Adds a search of fields that SQLite has an index of trigrams for: a condition with a single parameter, an
    /// expression of its full-text search. PostgreSQL finds its index by itself.
    pub fn search_with(
        &mut self,
        search: &Search,
        fields: &[Field],
        index: Option<&'static str>,
        kind: Kind,
    ) -> Result<&mut Self, StoreError> {
        for (place, term) in search.terms.iter().enumerate() {
            self.text.push_str(match (place, search.all) {
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
            self.text.push('(');
            if let (Some(index), Kind::Sqlite, Some(expression)) = (index, kind, trigrams(term)) {
                self.push(index, Arg::Text(expression));
                self.text.push_str(" and ");
            }
            for (index, field) in chosen.into_iter().enumerate() {
                self.text.push_str(if index == 0 { "(" } else { " or " });
                self.push_term(term, field, search.case_sensitive, kind)?;
            }
            self.text.push_str("))");
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
                // PostgreSQL's escape character is the backslash by itself; naming it would hide the index.
                let escape = if kind == Kind::Sqlite { " escape '\\'" } else { "" };
                self.push(&format!("{column} like $n{escape}"), Arg::Text(pattern));
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

/// Shortest text that an index of trigrams can find.
const TRIGRAM: usize = 3;

/// What SQLite's full-text search has to find for a term to match; `None` when it cannot help.
fn trigrams(term: &SearchTerm) -> Option<String> {
    let quote = |text: &str| format!("\"{}\"", text.to_lowercase().replace('"', "\"\""));
    let texts: Vec<String> = match term.mode {
        SearchMode::Exact => term.values.clone(),
        SearchMode::Like => vec![longest_literal(term.values.first()?)],
        SearchMode::SimilarTo | SearchMode::Posix => return None,
    };
    let findable = texts.iter().all(|text| text.chars().count() >= TRIGRAM);
    (findable && !texts.is_empty())
        .then(|| texts.iter().map(|text| quote(text)).collect::<Vec<_>>().join(" OR "))
}

/// The longest part of a `LIKE` pattern without wildcards.
fn longest_literal(pattern: &str) -> String {
    let (mut longest, mut current) = (String::new(), String::new());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        match character {
            '%' | '_' => {
                if current.chars().count() > longest.chars().count() {
                    longest = current;
                }
                current = String::new();
            }
            '\\' => current.push(characters.next().unwrap_or('\\')),
            other => current.push(other),
        }
    }
    if current.chars().count() > longest.chars().count() { current } else { longest }
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
