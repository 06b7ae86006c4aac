//! Conformance: every promise is checked on both databases from one text.

mod seam;
