// On every page: the styles, htmx, and small comforts. Pages work without any of it.
import "./styles/main.scss";
import { mountCopy } from "./islands/copy";
import { mountDetails } from "./islands/details";
import { mountLock } from "./islands/lock";
import { mountMonths } from "./islands/months";
import { mountPasskeys } from "./islands/passkey";
import { mountPlayer } from "./islands/player";
import { mountRequests } from "./islands/requests";
import { mountReview } from "./islands/review";
import { mountShortcut } from "./islands/shortcut";
import { mountUpload } from "./islands/upload";

mountRequests();
mountShortcut();
mountDetails();
mountMonths();
mountLock();
mountPasskeys();
mountCopy(document);
document.querySelectorAll<HTMLElement>("[data-player]").forEach(mountPlayer);
document.querySelectorAll<HTMLFormElement>("form[data-review]").forEach(mountReview);
document.querySelectorAll<HTMLFormElement>("form[data-upload]").forEach(mountUpload);
document.addEventListener("htmx:afterSettle", () => mountCopy(document));
