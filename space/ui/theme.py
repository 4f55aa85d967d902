"""How the page looks, as a Gradio theme: paper, ink, hairlines, one accent. Its fonts come with Gradio."""

from gradio.themes import Base
from gradio.themes.utils import sizes
from gradio.themes.utils.colors import Color
from gradio.themes.utils.fonts import LocalFont

# Gradio 6.31.0, 2026-11: its copies of Plex's other weights hold Cyrillic only.
WEIGHTS = (400, 700)
INK = Color(
    name="ink",
    c50="#faf9f6",
    c100="#f2f0ea",
    c200="#dfdbd1",
    c300="#c6c1b4",
    c400="#97917f",
    c500="#716b5c",
    c600="#575245",
    c700="#3a362e",
    c800="#262420",
    c900="#1b1a17",
    c950="#131210",
)
BURGUNDY = Color(
    name="burgundy",
    c50="#fbf3f3",
    c100="#f4e3e4",
    c200="#e6c3c6",
    c300="#d79aa0",
    c400="#c06c75",
    c500="#9d3f4b",
    c600="#7f2836",
    c700="#6a202c",
    c800="#521923",
    c900="#3c131a",
    c950="#280b10",
)
VARIABLES = {
    "body_background_fill": "*neutral_50",
    "body_background_fill_dark": "*neutral_950",
    "body_text_color": "*neutral_900",
    "body_text_color_dark": "*neutral_100",
    "body_text_color_subdued": "*neutral_500",
    "body_text_color_subdued_dark": "*neutral_400",
    "background_fill_primary": "white",
    "background_fill_primary_dark": "*neutral_900",
    "background_fill_secondary": "*neutral_50",
    "background_fill_secondary_dark": "*neutral_950",
    "border_color_primary": "*neutral_200",
    "border_color_primary_dark": "*neutral_700",
    "border_color_accent": "*primary_600",
    "border_color_accent_dark": "*primary_300",
    "color_accent_soft": "*primary_50",
    "color_accent_soft_dark": "*neutral_800",
    "block_background_fill": "white",
    "block_background_fill_dark": "*neutral_900",
    "block_border_width": "1px",
    "block_shadow": "none",
    "block_shadow_dark": "none",
    "block_label_background_fill": "transparent",
    "block_label_background_fill_dark": "transparent",
    "block_label_border_width": "0px",
    "block_label_text_color": "*neutral_500",
    "block_label_text_color_dark": "*neutral_400",
    "block_title_text_weight": "700",
    "block_title_text_size": "*text_sm",
    "block_info_text_size": "*text_xs",
    "block_info_text_color": "*neutral_500",
    "block_info_text_color_dark": "*neutral_400",
    "input_border_width": "1px",
    "input_background_fill": "white",
    "input_background_fill_dark": "*neutral_950",
    "input_border_color_focus": "*primary_600",
    "input_border_color_focus_dark": "*primary_300",
    "input_placeholder_color": "*neutral_500",
    "input_placeholder_color_dark": "*neutral_400",
    "input_shadow": "none",
    "input_shadow_focus": "none",
    "input_shadow_dark": "none",
    "input_shadow_focus_dark": "none",
    "button_primary_background_fill": "*primary_600",
    "button_primary_background_fill_hover": "*primary_700",
    "button_primary_background_fill_dark": "*primary_500",
    "button_primary_background_fill_hover_dark": "*primary_600",
    "button_secondary_background_fill": "*neutral_100",
    "button_secondary_background_fill_hover": "*neutral_200",
    "button_secondary_background_fill_dark": "*neutral_800",
    "button_secondary_background_fill_hover_dark": "*neutral_700",
    "button_secondary_text_color": "*neutral_900",
    "button_secondary_text_color_dark": "*neutral_100",
    "checkbox_background_color_selected": "*primary_600",
    "checkbox_background_color_selected_dark": "*primary_500",
    "checkbox_border_color_selected": "*primary_600",
    "checkbox_border_color_selected_dark": "*primary_500",
    "checkbox_label_background_fill": "transparent",
    "checkbox_label_background_fill_dark": "transparent",
    "checkbox_label_background_fill_hover": "*neutral_100",
    "checkbox_label_background_fill_hover_dark": "*neutral_800",
    "checkbox_label_background_fill_selected": "*primary_50",
    "checkbox_label_background_fill_selected_dark": "*neutral_800",
    "checkbox_label_text_color_selected": "*body_text_color",
    "checkbox_label_text_color_selected_dark": "*body_text_color",
    "slider_color": "*primary_600",
    "slider_color_dark": "*primary_400",
    "link_text_color": "*primary_600",
    "link_text_color_dark": "*primary_300",
    "shadow_drop": "none",
    "shadow_drop_lg": "none",
}


class Paper(Base):
    """A technical document: square corners, no shadows, no gradients."""

    def __init__(self) -> None:
        super().__init__(
            primary_hue=BURGUNDY,
            secondary_hue=INK,
            neutral_hue=INK,
            radius_size=sizes.radius_sm,
            spacing_size=sizes.spacing_md,
            text_size=sizes.text_md,
            font=(LocalFont("IBM Plex Sans", weights=WEIGHTS), "ui-sans-serif", "system-ui", "sans-serif"),
            font_mono=(LocalFont("IBM Plex Mono", weights=WEIGHTS), "ui-monospace", "Consolas", "monospace"),
        )
        self.name = "paper"
        self.set(**VARIABLES)
