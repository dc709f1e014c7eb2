// Filled by later steps.
