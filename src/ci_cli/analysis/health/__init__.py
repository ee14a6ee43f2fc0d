"""The health of a customer: 0 to 100 from hard and soft facts, each point with its reason.

``profile`` says what counts how much, ``profile_file`` reads that from YAML, ``parts`` turns facts
into the value of each part, ``score`` into points, ``evidence`` traces points to records.
"""
