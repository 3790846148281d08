//! Getting letters out of the house.

mod deliver_letters;

pub use self::deliver_letters::{DeliverLetters, DeliveryReport};
