//! Days as people count them: from midnight to midnight where the server stands.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// When the day began that this moment falls into; epoch milliseconds.
pub(crate) fn start(zone: &TimeZone, epoch_ms: i64) -> i64 {
    of(zone, epoch_ms).map_or(epoch_ms, |date| begin(zone, date))
}

/// The date of this moment.
#[must_use]
pub fn of(zone: &TimeZone, epoch_ms: i64) -> Option<Date> {
    Timestamp::from_millisecond(epoch_ms).ok().map(|moment| zone.to_datetime(moment).date())
}

/// When a date begins; epoch milliseconds. A date that time cannot tell begins at the end of time.
#[must_use]
pub fn begin(zone: &TimeZone, date: Date) -> i64 {
    date.to_zoned(zone.clone()).map_or(i64::MAX, |midnight| midnight.timestamp().as_millisecond())
}

/// When the date begins that lies this many days after `date`.
#[must_use]
pub fn begin_after(zone: &TimeZone, date: Date, days: i32) -> i64 {
    date.checked_add(days.days()).map_or(i64::MAX, |date| begin(zone, date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_begins_at_local_midnight_and_may_be_shorter() {
        let zone = TimeZone::get("America/New_York").unwrap();
        // 2026-03-08: clocks go forward at two in the morning.
        let day = date(2026, 3, 8);
        assert_eq!(begin_after(&zone, day, 1) - begin(&zone, day), 23 * 3_600_000);
        let evening = begin(&zone, day) + 22 * 3_600_000;
        assert_eq!((of(&zone, evening), start(&zone, evening)), (Some(day), begin(&zone, day)));
        assert_eq!(of(&TimeZone::UTC, evening), Some(date(2026, 3, 9)));
    }
}
