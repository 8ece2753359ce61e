# func not():
extends Node

class Inner:
	var a = 1
	func draw():
		pass

@export
func _ready() -> void:
	if true:
		print("func x():")
