//! `portico users import`: users of another system from a file of JSON lines (docs/importing-users.md).

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};
use portico_identity::{
    Ctx,
    user_import::{Candidate, Fault, Import, read_line},
};
use serde_json::json;
use std::{
    io::{BufRead, IsTerminal as _, Write},
    time::Instant,
};

/// Lines between two messages where there is no terminal for a bar.
const LINES_PER_MESSAGE: u64 = 10_000;

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions {
    /// Lines in one transaction.
    pub batch_size: usize,
    /// First line to read, from 1.
    pub from_line: u64,
    /// Say what would happen, and write nothing.
    pub dry_run: bool,
}

/// What came of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportSummary {
    /// Lines read.
    pub lines: u64,
    /// Users added.
    pub created: u64,
    /// Users who were there already.
    pub skipped: u64,
    /// Lines refused.
    pub failed: u64,
}

/// Reads all lines and imports them batch by batch. Refused lines are written to `faults`, a JSON object each.
///
/// # Errors
/// When the input cannot be read, `faults` cannot be written or the database fails; what was imported until then
/// stays, and the error says where to go on.
pub async fn import(
    ctx: &Ctx,
    mut input: impl BufRead,
    faults: &mut (dyn Write + Send),
    options: ImportOptions,
    progress: &Progress,
) -> Result<ImportSummary> {
    let mut import = Import::start(ctx.clone(), options.dry_run).await?;
    let (mut summary, mut batch, mut text, mut line) = (ImportSummary::default(), Vec::new(), Vec::new(), 0);
    let mut next_line = options.from_line.max(1);
    loop {
        text.clear();
        let bytes = input.read_until(b'\n', &mut text).context("cannot read the file")?;
        line += 1;
        progress.advance(bytes);
        let is_blank = text.iter().all(u8::is_ascii_whitespace);
        if bytes > 0 && line >= options.from_line && !is_blank {
            summary.lines += 1;
            match read_line(line, &text, &ctx.tenant.id, ctx.now_ms()) {
                Ok(candidate) => batch.push(candidate),
                Err(fault) => report(faults, &mut summary, line, &fault)?,
            }
        }
        if batch.len() >= options.batch_size || (bytes == 0 && !batch.is_empty()) {
            let done: Vec<Candidate> = std::mem::take(&mut batch);
            let outcome =
                import.batch(done).await.with_context(|| format!("go on with --from-line {next_line}"))?;
            next_line = line + 1;
            summary.created += outcome.created;
            summary.skipped += outcome.skipped;
            for (line, fault) in &outcome.faults {
                report(faults, &mut summary, *line, fault)?;
            }
        }
        progress.tell(&summary);
        if bytes == 0 {
            faults.flush()?;
            return Ok(summary);
        }
    }
}

fn report(
    faults: &mut (dyn Write + Send),
    summary: &mut ImportSummary,
    line: u64,
    fault: &Fault,
) -> Result<()> {
    summary.failed += 1;
    writeln!(faults, "{}", json!({ "line": line, "error": fault.to_string() }))
        .context("cannot write the errors")
}

/// Tells the person at the terminal how far the import is: a bar, or a line now and then.
pub struct Progress {
    bar: Option<ProgressBar>,
    is_quiet: bool,
    since: Instant,
}

impl Progress {
    /// Progress of reading this many bytes on standard error.
    ///
    /// # Errors
    /// Never, unless the bar's template is broken.
    pub fn on_stderr(total_bytes: Option<u64>) -> Result<Self> {
        let bar = match total_bytes.filter(|_| std::io::stderr().is_terminal()) {
            Some(total) => {
                let template = "{bar:32} {percent:>3} %  {msg}  {eta} left";
                Some(ProgressBar::new(total).with_style(ProgressStyle::with_template(template)?))
            }
            None => None,
        };
        Ok(Self { bar, is_quiet: false, since: Instant::now() })
    }

    /// Nobody watches.
    #[must_use]
    pub fn none() -> Self {
        Self { bar: None, is_quiet: true, since: Instant::now() }
    }

    fn advance(&self, bytes: usize) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes as u64);
        }
    }

    fn tell(&self, summary: &ImportSummary) {
        let is_due = summary.lines.is_multiple_of(LINES_PER_MESSAGE) && summary.lines > 0;
        match &self.bar {
            Some(bar) if summary.lines.is_multiple_of(100) => bar.set_message(self.text(summary)),
            // Nobody to tell when standard error is closed.
            None if is_due && !self.is_quiet => {
                let _ = writeln!(std::io::stderr(), "{}", self.text(summary));
            }
            _ => {}
        }
    }

    fn text(&self, summary: &ImportSummary) -> String {
        #[allow(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = summary.lines as f64 / self.since.elapsed().as_secs_f64().max(0.001);
        let ImportSummary { lines, created, skipped, failed } = summary;
        format!(
            "{lines} lines: {created} created, {skipped} there already, {failed} refused; {rate:.0} a second"
        )
    }

    /// Takes the bar away, and says how it went.
    #[must_use]
    pub fn finish(&self, summary: &ImportSummary) -> String {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.text(summary)
    }
}
