"""Analysis in, :class:`ci_cli.report.Report` out: what each report shows, in which words.

Pure: no SQL, no printing, no clock. A new report is a module with a ``build`` function here; its
mathematics belongs in ``analysis``.
"""
