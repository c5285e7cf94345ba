"""Requirements of clients, one module for each area, and the probes that show whether they are met."""
