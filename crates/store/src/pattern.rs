//! Regular expressions in searches: PostgreSQL has its own, SQLite gets them here.
//!
//! The engine knows look-around, as PostgreSQL's does, and gives up on a pattern that costs too much.

use std::sync::Arc;

use fancy_regex::{Regex, RegexBuilder};
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};

use crate::db::StoreError;

/// Steps that one comparison may take back.
const BACKTRACK_LIMIT: usize = 100_000;
/// Size of a compiled expression in bytes.
const SIZE_LIMIT: usize = 1 << 20;
/// Marks the errors of the function below among those of SQLite.
pub(crate) const FAILURE: &str = "regexp: ";

fn compile(pattern: &str) -> Result<Regex, fancy_regex::Error> {
    RegexBuilder::new(pattern).backtrack_limit(BACKTRACK_LIMIT).delegate_size_limit(SIZE_LIMIT).build()
}

/// A POSIX expression as the engine reads it; a dot stands for line breaks too, as in PostgreSQL.
pub(crate) fn from_posix(pattern: &str, case_sensitive: bool) -> Result<String, StoreError> {
    checked(format!("(?s{}){pattern}", if case_sensitive { "" } else { "i" }))
}

/// A pattern of `SIMILAR TO` (SQL:1999) as the engine reads it: `%` and `_` as in `LIKE`, alternatives,
/// repetitions, groups and classes as in regular expressions, everything else itself; the whole value must match.
pub(crate) fn from_similar_to(pattern: &str) -> Result<String, StoreError> {
    let mut out = String::from("(?s)^(?:");
    let mut characters = pattern.chars();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped) => out.push_str(&fancy_regex::escape(escaped.encode_utf8(&mut [0; 4]))),
                None => return Err(StoreError::InvalidPattern("it ends in its escape character".into())),
            },
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            character if in_class => out.push(character),
            '[' => {
                in_class = true;
                out.push('[');
            }
            '%' => out.push_str(".*"),
            '_' => out.push('.'),
            '|' | '*' | '+' | '?' | '{' | '}' | '(' | ')' => out.push(character),
            literal => out.push_str(&fancy_regex::escape(literal.encode_utf8(&mut [0; 4]))),
        }
    }
    out.push_str(")$");
    checked(out)
}

fn checked(pattern: String) -> Result<String, StoreError> {
    match compile(&pattern) {
        Ok(_) => Ok(pattern),
        Err(error) => Err(StoreError::InvalidPattern(error.to_string())),
    }
}

/// Gives the connection `regexp(pattern, text)`, which is what `text regexp pattern` calls.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("regexp", 2, flags, matches)
}

fn matches(context: &mut Context<'_>) -> rusqlite::Result<Option<bool>> {
    let failure =
        |error: fancy_regex::Error| rusqlite::Error::UserFunctionError(format!("{FAILURE}{error}").into());
    // Compiled once for a statement, however many rows it looks at.
    let expression: Arc<Regex> = context.get_or_create_aux(0, |value| {
        let pattern = value.as_str().map_err(|error| format!("{FAILURE}{error}"))?;
        compile(pattern).map_err(|error| format!("{FAILURE}{error}"))
    })?;
    let text: Option<String> = context.get(1)?;
    text.map(|text| expression.is_match(&text).map_err(failure)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_to_means_what_the_standard_says() {
        for (pattern, text, matches) in [
            ("abc", "abc", true),
            ("a", "abc", false),
            ("%(b|d)%", "abc", true),
            ("(b|c)%", "abc", false),
            ("a.c", "abc", false),
            ("a.c", "a.c", true),
            ("_{3}", "abc", true),
            ("[a-c]+", "cab", true),
            ("[%]", "%", true),
            ("100\\%", "100%", true),
            ("^a$", "^a$", true),
            ("%0{3,}%", "13108050001", true),
        ] {
            let expression = compile(&from_similar_to(pattern).unwrap()).unwrap();
            assert_eq!(expression.is_match(text).unwrap(), matches, "{pattern} {text}");
        }
        assert!(from_similar_to("(a").is_err());
        assert!(from_similar_to("a\\").is_err());
        assert!(from_posix("(a", true).is_err());
    }

    #[test]
    fn an_expression_that_costs_too_much_is_given_up() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let run = |pattern: &str| {
            let text = format!("{}b", "a".repeat(40));
            connection.query_row("select ?1 regexp ?2", [text.as_str(), pattern], |row| row.get::<_, bool>(0))
        };
        assert!(run("^a+b$").unwrap());
        let error = StoreError::from(run("(?=x?)(a|a)*\\1$").unwrap_err());
        assert!(matches!(error, StoreError::InvalidPattern(_)), "{error}");
    }
}
