export function Faults() {
  return (
    <div class="page">
      <h1>Faults</h1>
    </div>
  );
}
