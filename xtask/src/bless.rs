//! Writes everything that is generated from the code and committed.

use anyhow::{Context, Result, bail};
use std::{fs, path::Path, process::Command};

/// The OpenAPI document, its coverage, the list of error codes, and the web apps' types.
pub fn run(root: &Path) -> Result<()> {
    let cargo = ["run", "--quiet", "--package", "portico-server", "--", "openapi", "management"];
    let document = output(root, "cargo", &cargo)?;
    fs::write(root.join("openapi/management.json"), document)?;
    crate::openapi::run(root, true, false)?;
    crate::errors::write(root)?;
    output(root, "npm", &["run", "generate", "--prefix", "ui", "-w", "api-client"]).map(drop)
}

fn output(root: &Path, program: &str, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .with_context(|| format!("{program} cannot be started"))?;
    if !output.status.success() {
        bail!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}
