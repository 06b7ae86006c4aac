//! The command line.

mod apps;
pub mod import;
mod serve;
mod system;
mod users;

use crate::config::{DatabaseConfig, ServerConfig};
use anyhow::Result;
use clap::{Parser, Subcommand};

/// Portico: sign-in, users, organizations and API authorization in one binary.
#[derive(Parser, Debug)]
#[command(name = "portico", version, about)]
pub struct Cli {
    #[command(flatten)]
    database: DatabaseConfig,
    #[command(flatten)]
    server: ServerConfig,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve (what `portico` does without a command).
    Serve,
    /// Create, migrate and fill the database, then exit.
    Migrate,
    /// Applications.
    #[command(subcommand)]
    Apps(apps::AppsCommand),
    /// Settings of the whole service.
    #[command(subcommand)]
    System(system::SystemCommand),
    /// Users.
    #[command(subcommand)]
    Users(users::UsersCommand),
    /// Print the OpenAPI document of an API, generated from the code.
    Openapi {
        /// `management` or `experience`.
        api: crate::router::Api,
    },
}

impl Cli {
    /// Runs the command.
    ///
    /// # Errors
    /// With a sentence for the terminal.
    pub async fn run(self) -> Result<()> {
        match self.command {
            None | Some(Command::Serve) => serve::run(&self.database, &self.server).await,
            Some(Command::Migrate) => {
                crate::start::open_database(&self.database).await?.close().await;
                Ok(())
            }
            Some(Command::Apps(command)) => command.run(&self.database).await,
            Some(Command::System(command)) => command.run(&self.database).await,
            Some(Command::Users(command)) => command.run(&self.database).await,
            Some(Command::Openapi { api }) => {
                use std::io::Write as _;
                writeln!(std::io::stdout(), "{}", crate::router::openapi_json(api)?)?;
                Ok(())
            }
        }
    }
}
