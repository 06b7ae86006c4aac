/** The part of the library that this page uses; the library brings no types. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Options {
    url: string;
    domNode: Element;
    deepLinking: boolean;
    docExpansion: "list" | "full" | "none";
    filter: boolean;
    persistAuthorization: boolean;
    tryItOutEnabled: boolean;
    /** Address of a service that checks documents; `null` for none. */
    validatorUrl: string | null;
  }
  export default function SwaggerUI(options: Options): unknown;
}
