"""Files as people have them: exports and spreadsheets of public reports, each with what is right."""
