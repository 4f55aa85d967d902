"""The page: the only importer of Gradio. Pure translation above, declarative layout below; CSS, JS, HTML are files."""
