' Sub Not
Public Class Shape
    Private Sub Draw(n As Integer)
        If n > 1 Then
            Print("End Sub")
        End If
    End Sub
    Public Function Area() As Double
        Return 1
    End Function
End Class
