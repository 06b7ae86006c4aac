//! A text as a QR code (ISO/IEC 18004), for phones to read from a page.

use base64::{Engine, engine::general_purpose::STANDARD};
use fast_qr::{ECL, QRBuilder};

/// Pixels to a module.
const SCALE: usize = 4;
/// Empty modules around the code, as the standard asks.
const MARGIN: usize = 4;

/// The text cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum QrCodeError {
    /// It is too long.
    #[error("the text does not fit a QR code")]
    TooLong,
    /// The picture cannot be written.
    #[error(transparent)]
    Picture(#[from] png::EncodingError),
}

/// The code as a PNG picture in a `data:` address.
///
/// # Errors
/// When the text is too long.
pub fn png_data_uri(text: &str) -> Result<String, QrCodeError> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| QrCodeError::TooLong)?;
    let side = (code.size + 2 * MARGIN) * SCALE;
    let row_bytes = side.div_ceil(8);
    // One bit a pixel, white is one.
    let mut pixels = vec![0xff_u8; row_bytes * side];
    for y in 0..side {
        for x in 0..side {
            let (row, column) = ((y / SCALE).wrapping_sub(MARGIN), (x / SCALE).wrapping_sub(MARGIN));
            if row < code.size && column < code.size && code[row][column].value() {
                pixels[y * row_bytes + x / 8] &= !(0x80 >> (x % 8));
            }
        }
    }
    let mut file = Vec::new();
    let side = u32::try_from(side).map_err(|_| QrCodeError::TooLong)?;
    let mut encoder = png::Encoder::new(&mut file, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(format!("data:image/png;base64,{}", STANDARD.encode(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_holds_the_code_with_its_quiet_zone() {
        let uri = png_data_uri("otpauth://totp/a:b?secret=JBSWY3DPEHPK3PXP&issuer=a").unwrap();
        let file = STANDARD.decode(uri.strip_prefix("data:image/png;base64,").unwrap()).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let is_dark = |x: usize, y: usize| pixels[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0;
        let start = MARGIN * SCALE;
        assert!((0..start).all(|at| !is_dark(at, at)), "quiet zone");
        // The finder pattern: a dark ring of seven modules, a light one, a dark centre.
        let module = |column: usize, row: usize| is_dark(start + column * SCALE, start + row * SCALE);
        assert!((0..7).all(|at| module(at, 0) && module(at, 6) && module(0, at) && module(6, at)));
        assert!((1..6).all(|at| !module(at, 1)) && module(3, 3) && !module(7, 7));
        assert!(png_data_uri(&"x".repeat(4000)).is_err());
    }
}
