"""Pictures that a telephone reads (QR codes, ISO/IEC 18004)."""

import segno


def picture(text: str) -> str:
    """Draw a text as an SVG picture, black on white with its margin; as a data: address, so that nothing is kept."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))
