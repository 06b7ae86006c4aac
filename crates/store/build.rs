//! Embeds `migrations/NNNN_name.sql`, in order, so that adding a migration is adding a file.

use std::fmt::Write as _;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("migrations");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = std::fs::read_dir(&folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    let mut list = String::from("&[\n");
    for file in files {
        let path = file.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a migration without a name")?;
        let (version, name) = stem.split_once('_').ok_or("migrations are named NNNN_name.sql")?;
        let version: i64 = version.parse()?;
        writeln!(list, "Migration {{ version: {version}, name: {name:?}, text: include_str!({path:?}) }},")?;
    }
    list.push(']');
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("migrations.rs"), list)?;
    Ok(())
}
