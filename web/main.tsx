// The page begins here.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/page.css";
import { LiveProvider } from "./live/use-live.tsx";
import { followTheme } from "./settings/theme.ts";
import { App } from "./shell/app.tsx";
import { Connection } from "./shell/connection.tsx";

followTheme();
const root = document.getElementById("page");
if (!root) throw new Error("the page has no place to be");
createRoot(root).render(
  <StrictMode>
    <Connection>
      <LiveProvider>
        <App />
      </LiveProvider>
    </Connection>
  </StrictMode>,
);
