export function Health() {
  return (
    <div class="page">
      <h1>Health</h1>
    </div>
  );
}
