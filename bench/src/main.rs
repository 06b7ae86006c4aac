//! `cargo run --release -p portico-bench`: seeds a data set, starts the release binary, loads it over
//! loopback and prints a table, with the limits of the machine from the same run beside it.

mod client;
mod database;
mod flow;
mod machine;
mod process;
mod report;
mod scenario;
mod setup;

use anyhow::{Context as _, Result};
use clap::Parser;
use report::Row;
use std::{path::PathBuf, process::ExitCode, time::Duration};

/// What to measure.
#[derive(Parser, Debug)]
struct Options {
    /// Databases to measure on.
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    database: Vec<database::Kind>,
    /// Connections at a time.
    #[arg(long, value_delimiter = ',', default_value = "1,16")]
    connections: Vec<usize>,
    /// Seconds for each line of the table.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// Users in the data set.
    #[arg(long, default_value_t = 1000)]
    users: usize,
    /// Only scenarios whose name contains this.
    #[arg(long, default_value = "")]
    filter: String,
    /// The binary to measure.
    #[arg(long, default_value = "target/release/portico")]
    binary: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::line(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let options = Options::parse();
    let binary = std::fs::canonicalize(&options.binary)
        .with_context(|| format!("{} is missing: cargo build --release", options.binary.display()))?;
    report::heading("What the machine can do");
    for line in machine::limits(&options.database).await? {
        report::line(&line);
    }
    for database in &options.database {
        report::heading(&format!("Portico on {database}"));
        let server = setup::start(*database, &binary, options.users).await?;
        for line in server.startup() {
            report::line(line);
        }
        report::table_head();
        for scenario in scenario::ALL.iter().filter(|scenario| scenario.name.contains(&options.filter)) {
            for connections in &options.connections {
                let row =
                    measure(&server, scenario, *connections, Duration::from_secs(options.seconds)).await?;
                report::row(&row);
            }
        }
        report::line(&format!("peak resident memory {} MiB", server.process.peak_memory_mib()?));
        server.stop().await?;
    }
    Ok(())
}

async fn measure(
    server: &setup::Server,
    scenario: &scenario::Scenario,
    connections: usize,
    time: Duration,
) -> Result<Row> {
    let before = server.process.cpu_seconds()?;
    let outcome = scenario::run(server, scenario, connections, time)
        .await
        .with_context(|| format!("scenario {}", scenario.name))?;
    let cpu_seconds = server.process.cpu_seconds()? - before;
    Ok(Row {
        name: scenario.name,
        connections,
        outcome,
        cpu_seconds,
        resident_mib: server.process.memory_mib()?,
    })
}
