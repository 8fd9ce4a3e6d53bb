// A file for the reader to keep, made in the page.

export function saveText(fileName: string, text: string): void {
  saveBlob(fileName, new Blob([text], { type: "application/octet-stream" }));
}

export function saveBlob(fileName: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  // The download has its own hold on the blob by the next turn.
  setTimeout(() => URL.revokeObjectURL(link.href), 0);
}
