// The takes of one order in step, for who judges them; a number approves that take.
// Without scripts each film plays by itself, with the browser's own controls.

import { Follower } from "./follower.js";
import { InStep } from "./in_step.js";
import { listenToKeys } from "./transport.js";

const stage = document.querySelector("[data-takes]");
const films = [...stage.querySelectorAll("[data-clip]")].map((figure) => new Follower(figure));
const deck = new InStep(stage, films, { frame: 0, rate: 1, isLooping: true }, () => {});
const press = (key) => stage.querySelector(`[aria-keyshortcuts="${key}"][name=verdict]`)?.click();

listenToKeys(() => deck.transport, Object.fromEntries(["1", "2", "3", "4"].map((key) => [key, () => press(key)])));
deck.play();
