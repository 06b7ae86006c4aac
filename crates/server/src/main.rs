//! The portico binary. Without a command it serves.

use clap::Parser;
use portico_server::cli::Cli;
use std::{io::Write as _, process::ExitCode};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // rustls wants the process to name its one provider before the first handshake; it can only be taken already.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(cli.run())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody to tell when standard error is closed.
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
