export const connectorSteps = [];
