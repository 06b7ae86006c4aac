//! Compares the Management API with the one that existing clients were written for, operation by operation:
//! request body and successful answers, down to property names, types, required sets and enum values.
//!
//! Notation that means the same is made equal first: references are followed, `nullable` and `null` in a type
//! list are one thing, integers are numbers, `oneOf` of texts is one list of texts, formats and bounds do not
//! count. A difference that is meant stands in `openapi/differences.json` with its reason.

mod schema;

use anyhow::{Context, Result, bail};
use schema::Document;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A difference that is meant.
struct Allowed {
    /// `GET /api/users`, or `*`.
    operation: String,
    /// Part of the place, for example `oidcClientMetadata.redirectUris`.
    place: String,
}

/// Result of the comparison.
struct Coverage {
    operations: usize,
    done: usize,
    missing: Vec<String>,
    differing: BTreeMap<String, Vec<String>>,
}

/// Compares, prints one line and what is new, and fails when the API became less compatible than it was.
pub fn run(root: &Path, bless: bool, verbose: bool) -> Result<()> {
    let folder = root.join("openapi");
    let ours = Document::parse(read(&folder.join("management.json"))?);
    let reference = Document::parse(read(&folder.join("reference/management.json"))?);
    let allowed = allowed(&read(&folder.join("differences.json"))?)?;
    let coverage = compare(&ours, &reference, &allowed)?;
    println!(
        "management API: {} of {} operations, {} missing, {} differing",
        coverage.done,
        coverage.operations,
        coverage.missing.len(),
        coverage.differing.len()
    );
    if verbose {
        for operation in &coverage.missing {
            println!("  missing {operation}");
        }
        for (operation, differences) in &coverage.differing {
            println!("  {operation}\n    {}", differences.join("\n    "));
        }
    }
    let ratchet = folder.join("coverage.json");
    let now = json!({ "done": coverage.done, "differing": coverage.differing.len() });
    if bless {
        fs::write(&ratchet, format!("{now}\n")).context("coverage.json")?;
        return Ok(());
    }
    check_ratchet(&read(&ratchet)?, &coverage)
}

fn check_ratchet(before: &Value, coverage: &Coverage) -> Result<()> {
    let count = |key: &str| before[key].as_u64().with_context(|| format!("coverage.json: {key}"));
    if (coverage.done as u64) < count("done")? {
        bail!("operations were lost: {} before", before["done"]);
    }
    if coverage.differing.len() as u64 > count("differing")? {
        bail!(
            "more operations differ: {} before; `cargo xtask openapi --verbose` names them",
            before["differing"]
        );
    }
    Ok(())
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

fn allowed(list: &Value) -> Result<Vec<Allowed>> {
    let text = |entry: &Value, key: &str| -> Result<String> {
        let value = entry[key].as_str().filter(|value| !value.is_empty());
        Ok(value.with_context(|| format!("differences.json: every entry needs {key}"))?.to_owned())
    };
    let entries = list.as_array().context("differences.json is a list")?;
    entries
        .iter()
        .map(|entry| {
            text(entry, "reason")?;
            Ok(Allowed { operation: text(entry, "operation")?, place: text(entry, "place")? })
        })
        .collect()
}

fn compare(ours: &Document, reference: &Document, allowed: &[Allowed]) -> Result<Coverage> {
    let mut used = BTreeSet::new();
    let (our_operations, reference_operations) = (ours.operations(), reference.operations());
    let mut coverage = Coverage {
        operations: reference_operations.len(),
        done: 0,
        missing: Vec::new(),
        differing: BTreeMap::new(),
    };
    for (key, expected) in &reference_operations {
        let Some(actual) = our_operations.get(key) else {
            coverage.missing.push(key.clone());
            continue;
        };
        coverage.done += 1;
        let mut differences = operation_differences((ours, actual), (reference, expected));
        differences.retain(|difference| {
            let found = allowed.iter().position(|entry| {
                (entry.operation == "*" || entry.operation == *key) && difference.contains(&entry.place)
            });
            used.extend(found);
            found.is_none()
        });
        if !differences.is_empty() {
            coverage.differing.insert(key.clone(), differences);
        }
    }
    if let Some(index) = (0..allowed.len()).find(|index| !used.contains(index)) {
        let entry = &allowed[index];
        bail!(
            "differences.json: nothing differs at {} of {}; remove the entry",
            entry.place,
            entry.operation
        );
    }
    Ok(coverage)
}

fn operation_differences(ours: (&Document, &Value), reference: (&Document, &Value)) -> Vec<String> {
    let mut differences = Vec::new();
    let request = |(document, operation): (&Document, &Value)| document.body(&operation["requestBody"]);
    match (request(ours), request(reference)) {
        (Some(actual), Some(expected)) => actual.differences(&expected, "request", &mut differences),
        (None, Some(_)) => differences.push("request: missing".to_owned()),
        (Some(_), None) => differences.push("request: not expected".to_owned()),
        (None, None) => {}
    }
    let statuses = |operation: &Value| -> BTreeSet<String> {
        let responses = operation["responses"].as_object().into_iter().flat_map(|object| object.keys());
        responses.filter(|status| status.starts_with('2')).cloned().collect()
    };
    let (actual, expected) = (statuses(ours.1), statuses(reference.1));
    for status in actual.symmetric_difference(&expected) {
        let word = if actual.contains(status) { "not expected" } else { "missing" };
        differences.push(format!("response {status}: {word}"));
    }
    for status in actual.intersection(&expected) {
        let body =
            |(document, operation): (&Document, &Value)| document.body(&operation["responses"][status]);
        let place = format!("response {status}");
        match (body(ours), body(reference)) {
            (Some(actual), Some(expected)) => actual.differences(&expected, &place, &mut differences),
            (None, Some(_)) => differences.push(format!("{place}: body missing")),
            _ => {}
        }
    }
    differences
}
