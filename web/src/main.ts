import "./styles/main.scss"; import htmx from "htmx.org"; console.log(htmx.version);
