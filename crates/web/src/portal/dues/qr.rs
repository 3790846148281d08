//! Texts as QR codes.

use qrcode::{QrCode, render::svg, types::QrError};

/// The least width and height of a picture, in pixels.
const SIDE: u32 = 256;

/// A text could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("no QR code can be drawn: {0}")]
pub(super) struct DrawError(QrError);

/// Draws a text as an SVG picture.
///
/// # Errors
/// When it is too long.
pub(super) fn draw(text: &str) -> Result<String, DrawError> {
    let code = QrCode::new(text).map_err(DrawError)?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(SIDE, SIDE).build())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use qrcode::Color;

    use super::*;

    /// The dark squares of a picture, as column and row of the code within its quiet zone.
    fn modules(picture: &str) -> BTreeSet<(usize, usize)> {
        let path = picture.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let mut found = BTreeSet::new();
        for rectangle in path.split('M').filter(|rectangle| !rectangle.is_empty()) {
            let numbers: Vec<usize> = rectangle
                .split(|c: char| !c.is_ascii_digit())
                .filter(|number| !number.is_empty())
                .map(|number| number.parse().unwrap())
                .collect();
            let [left, top, width, height, ..] = numbers[..] else { panic!("{rectangle}") };
            assert_eq!(width, height, "{rectangle}");
            assert!(found.insert((left / width - 4, top / width - 4)), "{rectangle}");
        }
        found
    }

    #[test]
    fn a_token_becomes_a_picture_of_its_modules() {
        let token = "8gJhWTDRW_vCFgIsLwqCktdluT_NxeouOJIj0BxFHpk";
        let picture = draw(token).unwrap();
        let code = QrCode::new(token).unwrap();
        let width = code.width();
        let colors = code.to_colors().into_iter().enumerate();
        let dark = colors.filter(|(_, color)| *color == Color::Dark);
        assert_eq!(modules(&picture), dark.map(|(at, _)| (at % width, at / width)).collect());
    }

    #[test]
    fn the_picture_is_xml() {
        let picture = draw("token").unwrap();
        let inside = picture.strip_prefix("<?xml version=\"1.0\" standalone=\"yes\"?><svg ").unwrap();
        assert!(inside.starts_with("xmlns=\"http://www.w3.org/2000/svg\" "), "{picture}");
        let elements: Vec<&str> = inside.split('<').skip(1).collect();
        let [rect, path, end] = elements[..] else { panic!("{picture}") };
        assert!(rect.starts_with("rect ") && rect.ends_with("/>"), "{rect}");
        assert!(path.starts_with("path ") && path.ends_with("/>"), "{path}");
        assert_eq!(end, "/svg>");
        assert!(!picture.contains('&') && picture.matches('"').count().is_multiple_of(2), "{picture}");
    }

    #[test]
    fn what_is_too_long_is_not_drawn() {
        assert!(draw(&"x".repeat(5000)).is_err());
    }
}
