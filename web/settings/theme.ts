// Puts the chosen theme and density onto the document, and follows the system's where the reader leaves it to that.
import { onPreferences, preferences } from "./preferences.ts";

export function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const { theme, density } = preferences();
    const { dataset } = document.documentElement;
    dataset.theme = theme === "system" ? (system.matches ? "dark" : "light") : theme;
    dataset.density = density;
  };
  apply();
  system.addEventListener("change", apply);
  onPreferences(apply);
}
