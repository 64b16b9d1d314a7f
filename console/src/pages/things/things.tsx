export function Things() {
  return (
    <div class="page">
      <h1>Things</h1>
    </div>
  );
}
