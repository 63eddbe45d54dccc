"""Write what was fetched into WARC files, and read it again as it was.

`writer` makes the files (ISO 28500), `heads` reads single records, `notes` say of each page which candidate it answered, `archiving`
joins the writer to Scrapy, `replay` turns an archived visit into the attempt that it was.
"""
