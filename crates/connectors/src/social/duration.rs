//! Lengths of time as settings write them: `5`, `"5 s"`, `"2 minutes"`, `"1.5h"`.

use serde_json::Value;

/// Ten years: longer than any sensible token, short enough for every calculation.
const SECONDS_MAX: f64 = 10.0 * 365.25 * 86_400.0;

/// Whole seconds, rounded; `None` when the value is not a length of time.
pub fn seconds(value: &Value) -> Option<i64> {
    let seconds = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => parse(text)?,
        _ => return None,
    };
    (0.0..=SECONDS_MAX).contains(&seconds).then_some(seconds.round() as i64)
}

fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let amount: f64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3_600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 7.0 * 86_400.0,
        "y" | "yr" | "yrs" | "year" | "years" => 365.25 * 86_400.0,
        _ => return None,
    };
    Some(amount * unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_and_phrases() {
        let table = [
            (json!(5), Some(5)),
            (json!("5"), Some(5)),
            (json!("5 s"), Some(5)),
            (json!("10 secs"), Some(10)),
            (json!("2 Minutes"), Some(120)),
            (json!("1.5h"), Some(5_400)),
            (json!("1 day"), Some(86_400)),
            (json!("-5 s"), None),
            (json!(-5), None),
            (json!("five"), None),
            (json!("5 parsecs"), None),
            (json!("1.2.3 s"), None),
            (json!("99999 years"), None),
            (json!(null), None),
        ];
        for (value, expected) in table {
            assert_eq!(seconds(&value), expected, "{value}");
        }
    }
}
