"""What has been made and proven: receipts, the catalog built from them, and publishing."""
