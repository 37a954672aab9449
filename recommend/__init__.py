"""What serving and evaluation share: strategies, filters, fallback and explanations, without a training stack."""
