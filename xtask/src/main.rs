//! Project tasks: `cargo xtask <task>`.

mod bless;
mod ci;
mod errors;
mod licences;
mod openapi;
mod tidy;

use anyhow::{Result, bail};
use std::{path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next();
    let root = root();
    match task.as_deref() {
        Some("bless") => bless::run(&root),
        Some("ci") => ci::run(&root),
        Some("licences") => licences::run(&root),
        Some("tidy") => tidy::run(&root),
        Some("openapi") => {
            let options: Vec<String> = arguments.collect();
            let has = |name: &str| options.iter().any(|option| option == name);
            openapi::run(&root, has("--bless"), has("--verbose"))
        }
        _ => bail!(
            "tasks: bless (write what is generated), ci (everything that must pass), licences (of all dependencies), tidy (house rules), \
             openapi [--verbose|--bless] (compatibility of the Management API)"
        ),
    }
}

/// The workspace's folder.
fn root() -> PathBuf {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().map_or(manifest.clone(), std::path::Path::to_path_buf)
}
