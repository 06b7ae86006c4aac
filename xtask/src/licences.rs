//! The licence of everything that is shipped, Rust and JavaScript, against the list of those we may ship.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

/// Licences that an Apache-2.0 product may contain unmodified.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC-BY-4.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "OpenSSL",
    "Python-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Checks the lock files.
pub fn run(root: &Path) -> Result<()> {
    let mut faults = Vec::new();
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root)
        .output()
        .context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("packages")?;
    for package in packages {
        check(&mut faults, &package["name"], &package["license"]);
    }
    // What the end-to-end tests install is not shipped.
    let lock: Value = serde_json::from_str(&fs::read_to_string(root.join("ui/package-lock.json"))?)?;
    for (path, package) in lock["packages"].as_object().context("packages")? {
        // Our own packages and links to them have no licence there.
        if path.contains("node_modules/") && package["link"] != true {
            check(&mut faults, &Value::from(path.as_str()), &package["license"]);
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{} licence(s) to look at:\n  {}", faults.len(), faults.join("\n  "))
}

fn check(faults: &mut Vec<String>, name: &Value, licence: &Value) {
    let name = name.as_str().unwrap_or("?");
    match licence.as_str() {
        Some(expression) if is_allowed(expression) => {}
        Some(expression) => faults.push(format!("{name}: {expression}")),
        None => faults.push(format!("{name}: no licence stated")),
    }
}

/// An SPDX expression is fine when one side of each `OR` is, and all parts of an `AND`.
fn is_allowed(expression: &str) -> bool {
    let flat = expression.replace(['(', ')'], "").replace('/', " OR ");
    flat.split(" AND ").all(|part| part.split(" OR ").any(|licence| ALLOWED.contains(&licence.trim())))
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn reads_expressions() {
        assert!(is_allowed("MIT OR GPL-3.0"));
        assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(is_allowed("MIT/Apache-2.0"));
        assert!(!is_allowed("GPL-3.0"));
        assert!(!is_allowed("MIT AND AGPL-3.0"));
    }
}
