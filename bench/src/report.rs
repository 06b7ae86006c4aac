//! The table on the terminal.

use crate::scenario::Outcome;
use std::io::Write as _;

/// One line of the table.
pub struct Row {
    /// Scenario.
    pub name: &'static str,
    /// Connections at a time.
    pub connections: usize,
    /// What was measured.
    pub outcome: Outcome,
    /// User and system time of the server during the run.
    pub cpu_seconds: f64,
    /// Resident memory after the run.
    pub resident_mib: u64,
}

/// Prints a line.
pub fn line(text: &str) {
    // A closed terminal is no reason to fail a measurement.
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints a heading.
pub fn heading(text: &str) {
    line(&format!("\n## {text}\n"));
}

/// Prints the head of the table.
pub fn table_head() {
    line("| request | conn. | req/s | p50 ms | p99 ms | CPU s/1k | MiB | errors |");
    line("|---|---|---|---|---|---|---|---|");
}

/// Prints one line of the table.
#[allow(clippy::cast_precision_loss, reason = "counts are small")]
pub fn row(row: &Row) {
    let outcome = &row.outcome;
    let thousands = outcome.requests as f64 / 1000.0;
    line(&format!(
        "| {} | {} | {:.0} | {:.2} | {:.2} | {:.3} | {} | {} |",
        row.name,
        row.connections,
        outcome.requests as f64 / outcome.seconds,
        outcome.quantile_ms(0.50),
        outcome.quantile_ms(0.99),
        row.cpu_seconds / thousands.max(0.001),
        row.resident_mib,
        outcome.errors,
    ));
}
