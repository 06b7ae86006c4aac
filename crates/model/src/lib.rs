//! Entities, ids, enums and wire types of Portico: pure data, no IO, no clock.
