//! The house rules that no compiler checks (ARCHITECTURE.md, "Invariants").

use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Longest source file, in lines; tests and tables of data apart.
const MAX_LINES: usize = 600;
/// Most packages in the lock file.
const MAX_PACKAGES: usize = 560;
/// Crates that may know axum.
const HTTP_CRATES: &[&str] = &["http-kit", "oidc", "experience-api", "management-api", "web", "server"];
/// Files that are long because they are one list.
const LONG_LISTS: &[&str] = &["crates/model/src/sign_in_experience.rs"];
/// Each crate with the crates it may build on, lowest first.
const LAYERS: &[&[&str]] = &[
    &["model"],
    &["crypto"],
    &["saml"],
    &["store", "connectors", "assets"],
    &["scripts"],
    &["identity"],
    &["http-kit"],
    &["management-api", "experience-api", "oidc", "web"],
    &["server"],
];

/// Checks every rule and reports all violations at once.
pub fn run(root: &Path) -> Result<()> {
    let mut faults = Vec::new();
    for file in rust_files(&root.join("crates"))? {
        check_file(root, &file, &mut faults)?;
    }
    check_dependencies(root, &mut faults)?;
    let lock = fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock")?;
    let packages = lock.matches("[[package]]").count();
    if packages > MAX_PACKAGES {
        faults.push(format!("Cargo.lock: {packages} packages, at most {MAX_PACKAGES}"));
    }
    let tree = built_packages(root)?;
    for banned in ["openssl-sys", "native-tls", "ring"] {
        if tree.lines().any(|line| line.split(' ').next() == Some(banned)) {
            faults.push(format!("{banned} is built: a second crypto stack"));
        }
    }
    if let Err(error) = crate::errors::check(root) {
        faults.push(format!("{error:#}"));
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{} house rule(s) broken:\n  {}", faults.len(), faults.join("\n  "))
}

/// The packages that are built for this machine, one a line.
fn built_packages(root: &Path) -> Result<String> {
    let output = Command::new("cargo")
        .args(["tree", "--workspace", "--edges", "normal,build,dev", "--prefix", "none", "--locked"])
        .current_dir(root)
        .output()
        .context("cargo tree")?;
    if !output.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn check_file(root: &Path, file: &Path, faults: &mut Vec<String>) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let name = file.strip_prefix(root).unwrap_or(file).display().to_string();
    let is_test = name.contains("/tests/") || name.contains("/testing") || name.ends_with("tests.rs");
    let crate_name = name.split('/').nth(1).unwrap_or_default();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().count();
    if lines > MAX_LINES && !is_test && !LONG_LISTS.contains(&name.as_str()) {
        faults.push(format!("{name}: {lines} lines, at most {MAX_LINES}"));
    }
    if is_test {
        return Ok(());
    }
    if crate_name != "store" && (code.contains("sql!(") || code.contains("rusqlite::")) {
        faults.push(format!("{name}: SQL outside of store"));
    }
    if crate_name != "server" && code.contains("std::env::") && !name.ends_with("build.rs") {
        faults.push(format!("{name}: reads the environment below server"));
    }
    if crate_name == "model" && (code.contains("std::fs") || code.contains("SystemTime::now")) {
        faults.push(format!("{name}: the model does no IO"));
    }
    Ok(())
}

fn check_dependencies(root: &Path, faults: &mut Vec<String>) -> Result<()> {
    let layer = |name: &str| LAYERS.iter().position(|layer| layer.contains(&name));
    for name in LAYERS.iter().flat_map(|layer| layer.iter()) {
        let manifest = fs::read_to_string(root.join("crates").join(name).join("Cargo.toml"))?;
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for line in dependencies.lines() {
            let dependency = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if dependency == "axum" && !HTTP_CRATES.contains(name) {
                faults.push(format!("crates/{name}: may not know axum"));
            }
            if let Some(ours) = dependency.strip_prefix("portico-")
                && layer(ours) >= layer(name)
            {
                faults.push(format!("crates/{name}: may not build on {ours}"));
            }
        }
    }
    Ok(())
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    Ok(files)
}
