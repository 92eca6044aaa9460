package ledger

import "time"

// TaskStatus is where a task stands.
type TaskStatus string

// The states of a task. It may move freely between them: a task marked done by
// mistake is opened again.
const (
	TaskOpen      TaskStatus = "open"
	TaskDone      TaskStatus = "done"
	TaskCancelled TaskStatus = "cancelled"
)

// TaskChanged records that a task was done, cancelled or opened again.
type TaskChanged struct {
	Task    string     `json:"task"` // its short id
	To      TaskStatus `json:"to"`
	Because string     `json:"because,omitempty"`
}

// EventType is task.changed.
func (*TaskChanged) EventType() (string, int) { return "task.changed", 1 }

func (*TaskChanged) names(rename) error { return nil }

// Task is what decisions ask for: one mitigation to build, or something to drop
// so that a threat is avoided. There is one task for each, however many
// decisions ask for it.
type Task struct {
	Short      string // e.g. SHOP-W3
	Product    string
	Mitigation string   // id of the mitigation, "" where something is dropped
	Drops      string   `json:",omitempty"` // what is dropped, in words
	Decisions  []string // short ids of the decisions that asked for it, oldest first
	Status     TaskStatus
	At         time.Time // when it was made
	Changed    time.Time // when its status last changed
	Because    string    // why it last changed
}
