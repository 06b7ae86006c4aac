//! Everything that must pass before a change lands, in the order that fails fastest.

use anyhow::{Context, Result, bail};
use std::{
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

/// Runs all checks; the first failure ends the run.
pub fn run(root: &Path) -> Result<()> {
    let steps: &[(&str, &[&str])] = &[
        ("format", &["cargo", "fmt", "--all", "--check"]),
        ("house rules", &["cargo", "xtask", "tidy"]),
        ("licences", &["cargo", "xtask", "licences"]),
        ("API compatibility", &["cargo", "xtask", "openapi"]),
        ("web apps", &["npm", "ci", "--no-audit", "--no-fund", "--prefix", "ui"]),
        ("web apps: types", &["npm", "run", "typecheck", "--prefix", "ui"]),
        ("web apps: tests", &["npm", "run", "test", "--prefix", "ui"]),
        ("lints", &["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]),
        ("tests", &["cargo", "test", "--workspace", "--locked"]),
        ("end to end", &["npm", "ci", "--no-audit", "--no-fund", "--prefix", "e2e"]),
        ("end to end: walkthrough", &["npm", "run", "test", "--prefix", "e2e"]),
    ];
    for (name, command) in steps {
        step(root, name, command)?;
    }
    fuzz_api(root)
}

/// Fuzzing needs Python, which nothing else here does: without it the step is left out and says so.
fn fuzz_api(root: &Path) -> Result<()> {
    let name = "API fuzzing";
    let usable =
        Command::new("python3").args(["-c", "import ensurepip, venv"]).stderr(Stdio::null()).status();
    if !usable.is_ok_and(|status| status.success()) {
        eprintln!("── {name}: SKIPPED: there is no python3 with venv and pip on this machine");
        return Ok(());
    }
    step(root, name, &["python3", "e2e/api-fuzz/run.py"])
}

fn step(root: &Path, name: &str, command: &[&str]) -> Result<()> {
    eprintln!("── {name}: {}", command.join(" "));
    let started = Instant::now();
    let (program, arguments) = command.split_first().context("an empty command")?;
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .status()
        .with_context(|| format!("{program} cannot be started"))?;
    if !status.success() {
        bail!("{name} failed");
    }
    eprintln!("── {name}: {} s", started.elapsed().as_secs());
    Ok(())
}
