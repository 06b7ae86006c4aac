/** Shapes shared by the paths of this folder; they follow openapi-typescript. */
export type JsonObject = Record<string, unknown>;

export interface Operation<Answer, Parameters = object, Body = never, Status extends number = 200> {
  parameters: Parameters;
  requestBody?: [Body] extends [never] ? never : { content: { 'application/json': Body } };
  responses: { [S in Status]: { content: { 'application/json': Answer } } };
}

export interface ById {
  path: { id: string };
}

export interface Page {
  page?: number;
  page_size?: number;
}
