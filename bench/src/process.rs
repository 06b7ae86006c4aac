//! What the kernel says about the server process.

use anyhow::{Context as _, Result};
use std::fs;

/// Clock ticks a second in `/proc/<pid>/stat`; fixed on Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running process.
pub struct Process {
    /// Its id.
    pub pid: u32,
}

impl Process {
    /// User and system time so far.
    pub fn cpu_seconds(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // The name in parentheses may hold spaces; utime and stime are the 12th and 13th field after it.
        let fields: Vec<&str> = stat.rsplit(')').next().context("stat")?.split_whitespace().collect();
        let ticks = |index: usize| -> Result<f64> { Ok(fields.get(index).context("stat")?.parse()?) };
        Ok((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
    }

    /// Resident memory.
    pub fn memory_mib(&self) -> Result<u64> {
        self.status_mib("VmRSS:")
    }

    /// Largest resident memory so far.
    pub fn peak_memory_mib(&self) -> Result<u64> {
        self.status_mib("VmHWM:")
    }

    fn status_mib(&self, key: &str) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|line| line.strip_prefix(key)).context("status")?;
        let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib / 1024)
    }
}
