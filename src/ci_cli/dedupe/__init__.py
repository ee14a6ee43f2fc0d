"""Finding records that describe the same customer, without configuration.

Pure: values in, values out. The flow is ``fields`` (columns become typed fields) → ``table``
(standard values as numbers) → ``block`` (which pairs to look at) → ``compare`` (how alike, field by
field) → ``learn`` (what each level of likeness is worth) → ``score`` (probability of a pair) →
``cluster`` (who belongs together). ``engine`` runs it.

numpy is imported at the top of these modules, so whoever uses this room imports it inside a
function (``tools/layers.py`` holds everybody to that).
"""
