import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";
import "./style.css";

/** The documents that every server serves of itself. */
const apis = { management: "Management API", experience: "Experience API", user: "Account API" };
type Api = keyof typeof apis;

const asked = new URLSearchParams(location.search).get("api") ?? "";
const shown: Api = asked in apis ? (asked as Api) : "management";

const links = Object.entries(apis).map(([api, name]) => {
  const link = document.createElement("a");
  link.href = `?api=${api}`;
  link.textContent = name;
  if (api === shown) link.setAttribute("aria-current", "page");
  return link;
});
document.querySelector("#apis")?.append(...links);
document.title = `${apis[shown]} · Portico`;

const domNode = document.querySelector("#reference");
if (domNode) {
  SwaggerUI({
    url: `/api/.well-known/${shown}.openapi.json`,
    domNode,
    deepLinking: true,
    docExpansion: "none",
    filter: true,
    // A token is gone with the page.
    persistAuthorization: false,
    tryItOutEnabled: true,
    validatorUrl: null,
  });
}
