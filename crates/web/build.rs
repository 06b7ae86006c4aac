//! Builds the web apps of `ui/` when they are older than their sources.
//!
//! - `PORTICO_SKIP_UI=1` leaves `ui/dist` as it is.
//! - Without npm every app is a page that says so; the APIs work all the same.
//! - A failing build stops a release; in development the last good pages stay and cargo warns.
#![allow(clippy::print_stdout, reason = "cargo reads instructions from standard output")]

use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs};

/// What all apps are made from.
const SHARED_SOURCES: [&str; 5] =
    ["package.json", "package-lock.json", "tsconfig.base.json", "phrases", "kit/src"];
/// What one app is made from, below its folder.
const APP_SOURCES: [&str; 5] = ["src", "public", "index.html", "package.json", "vite.config.ts"];
/// Apps and what they need beyond the shared sources.
const APPS: [(&str, &[&str]); 3] =
    [("sign-in", &[]), ("console", &["api-client/src"]), ("api-reference", &[])];

fn main() -> Result<(), Error> {
    println!("cargo:rerun-if-env-changed=PORTICO_SKIP_UI");
    let ui = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui");
    for (app, needs) in APPS {
        let sources = sources(&ui, app, needs);
        for source in &sources {
            println!("cargo:rerun-if-changed={}", source.display());
        }
        let index = ui.join("dist").join(app).join("index.html");
        println!("cargo:rerun-if-changed={}", index.display());
        let skipped = env::var_os("PORTICO_SKIP_UI").is_some_and(|value| value == "1");
        let exists = ui.join(app).join("package.json").is_file();
        if !skipped && exists && is_older(&index, &sources) {
            build(&ui, app)?;
        }
        if !index.is_file() {
            write_placeholder(&index, app)?;
        }
    }
    Ok(())
}

fn sources(ui: &Path, app: &str, needs: &[&str]) -> Vec<PathBuf> {
    let shared = SHARED_SOURCES.iter().chain(needs).map(|path| ui.join(path));
    let own = APP_SOURCES.iter().map(|path| ui.join(app).join(path));
    shared.chain(own).filter(|path| path.exists()).collect()
}

/// The latest change of a file or of anything in a folder; `None` when it cannot be told.
fn changed(path: &Path) -> Option<SystemTime> {
    let metadata = fs::metadata(path).ok()?;
    let own = metadata.modified().ok()?;
    if !metadata.is_dir() {
        return Some(own);
    }
    let entries = fs::read_dir(path).ok()?.flatten();
    let within = entries
        .filter(|entry| entry.file_name() != "node_modules")
        .filter_map(|entry| changed(&entry.path()));
    // A folder's own time changes when a file is removed, and when an install adds a cache to it.
    within.max().or(Some(own))
}

fn is_older(product: &Path, sources: &[PathBuf]) -> bool {
    let Some(built) = changed(product) else { return true };
    sources.iter().filter_map(|source| changed(source)).any(|source| source > built)
}

fn build(ui: &Path, app: &str) -> Result<(), Error> {
    let installed = ui.join("node_modules/.package-lock.json");
    let result = if is_older(&installed, &[ui.join("package-lock.json")]) {
        npm(ui, &["ci", "--no-audit", "--no-fund"]).and_then(|()| npm(ui, &["run", "build", "-w", app]))
    } else {
        npm(ui, &["run", "build", "-w", app])
    };
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("cargo:warning=npm was not found: the {app} pages are not built");
            Ok(())
        }
        Err(error) if env::var("PROFILE").is_ok_and(|profile| profile == "debug") => {
            println!("cargo:warning=the {app} pages could not be built: {}", first_line(&error));
            Ok(())
        }
        other => other,
    }
}

fn npm(ui: &Path, arguments: &[&str]) -> Result<(), Error> {
    let output = Command::new("npm").args(arguments).current_dir(ui).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stderr, output.stdout].concat();
    Err(Error::other(format!("npm {}: {}", arguments.join(" "), String::from_utf8_lossy(&said))))
}

fn first_line(error: &Error) -> String {
    error.to_string().lines().take(6).collect::<Vec<_>>().join(" | ")
}

/// A page in place of an app that was not built.
fn write_placeholder(index: &Path, app: &str) -> Result<(), Error> {
    if let Some(folder) = index.parent() {
        fs::create_dir_all(folder)?;
    }
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Portico</title></head>\n<body>\n\
         <p>This build of Portico has no {app} pages, because npm was not available when it was made. \
         The APIs work. Install Node.js and build again to have the pages.</p>\n\
         <script type=\"application/json\" id=\"bootstrap\"></script>\n</body>\n</html>\n"
    );
    fs::write(index, page)?;
    // Older than any source, so that the first build with npm replaces it.
    fs::File::options().write(true).open(index)?.set_modified(SystemTime::UNIX_EPOCH)
}
