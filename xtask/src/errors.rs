//! `docs/errors.md`: every error code with its status and its English text, from the code and the phrases.

use anyhow::{Context, Result, bail};
use portico_model::ErrorCode;
use serde_json::Value;
use std::{fmt::Write as _, fs, path::Path};

const FILE: &str = "docs/errors.md";
const HEAD: &str = "\
# Error codes

Generated from `model::ErrorCode` and `ui/phrases/en.json` by `cargo xtask bless`; do not edit.

The APIs answer errors as JSON: `code` names the error and is what programs look at; `message` is for people, in the \
language of the request's `Accept-Language`; `data` and `details`, where there are any, say more. A few places send \
another status than the one listed. The OpenID provider answers in the words of its own standards (`error`, \
`error_description`) with `code` and `message` beside them. `{{…}}` stands for a value of the case at hand.
";

/// Writes the reference.
pub fn write(root: &Path) -> Result<()> {
    fs::write(root.join(FILE), render(root)?).context(FILE)
}

/// Fails when the reference is not what the code says.
pub fn check(root: &Path) -> Result<()> {
    if fs::read_to_string(root.join(FILE)).context(FILE)? != render(root)? {
        bail!("{FILE} is not current: run `cargo xtask bless`");
    }
    Ok(())
}

fn render(root: &Path) -> Result<String> {
    let phrases: Value = serde_json::from_str(&fs::read_to_string(root.join("ui/phrases/en.json"))?)?;
    let mut codes: Vec<ErrorCode> = ErrorCode::ALL.to_vec();
    codes.sort_by_key(|code| code.as_str());
    let mut page = HEAD.to_owned();
    let mut group = "";
    for code in codes {
        let key = code.as_str();
        let first = key.split('.').next().unwrap_or_default();
        if first != group {
            group = first;
            write!(page, "\n## {group}\n\n| code | status | text |\n|---|---|---|\n")?;
        }
        let text =
            phrases["errors"][key].as_str().with_context(|| format!("en.json has no text for {key}"))?;
        let text = text.replace('|', "\\|").replace('\n', " ");
        writeln!(page, "| `{key}` | {} | {text} |", code.default_status())?;
    }
    Ok(page)
}
